package io.holdfast.manager.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.PowerState;
import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real BMC simulator (Debian's ipmi_sim) on loopback; the packages ipmitool and openipmi are needed. */
class IpmitoolPowerTest {
    private static final Duration LIMIT = IpmitoolPower.TIME_LIMIT;

    @TempDir
    Path directory;

    private final IpmitoolPower power = new IpmitoolPower("ipmitool", LIMIT);
    private Process simulator;
    private int port;

    @BeforeEach
    void startSimulator() throws IOException {
        port = freePort();
        Path state = Files.createDirectories(directory.resolve("state"));
        Path power = Files.writeString(directory.resolve("power"), "1");
        Path chassis = Files.createFile(
                directory.resolve("chassis.sh"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(chassis, """
                #!/bin/sh
                operation=$1; shift
                while [ $# -gt 0 ]; do
                  case $operation.$1 in
                    get.power) echo "power:$(cat %1$s)"; shift;;
                    get.*) echo "$1:0"; shift;;
                    set.power) echo $2 >%1$s; shift 2;;
                    *) shift 2;;
                  esac
                done
                """.formatted(power));
        Path configuration = Files.writeString(directory.resolve("lan.conf"), """
                name "bmc"
                set_working_mc 0x20
                  startlan 1
                    addr 127.0.0.1 %d
                    priv_limit admin
                    allowed_auths_callback md5
                    allowed_auths_user md5
                    allowed_auths_operator md5
                    allowed_auths_admin md5
                    guid a123456789abcdefa123456789abcde1
                  endlan
                  chassis_control "%s"
                  user 2 true "admin" "secret" admin 10 md5
                """.formatted(port, chassis));
        Path commands = Files.writeString(directory.resolve("commands"), """
                mc_setbmc 0x20
                mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
                sel_enable 0x20 1000 0x0a
                mc_enable 0x20
                """);
        simulator = new ProcessBuilder(
                        "ipmi_sim",
                        "-n",
                        "-c",
                        configuration.toString(),
                        "-f",
                        commands.toString(),
                        "-s",
                        state.toString())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(directory.resolve("log").toFile())
                .redirectErrorStream(true)
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> this.power.read(bmc("secret")).state() == PowerState.ON);
    }

    @AfterEach
    void endSimulator() throws InterruptedException {
        simulator.destroyForcibly().waitFor();
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private BmcAccess bmc(String password) {
        return new BmcAccess("127.0.0.1", port, "admin", password);
    }

    @Test
    void readsOnCutsThePowerAndReadsOff() {
        assertThat(power.read(bmc("secret")).state()).isEqualTo(PowerState.ON);
        assertThat(power.powerOff(bmc("secret")).state()).isEqualTo(PowerState.OFF);
        PowerReading after = power.read(bmc("secret"));
        assertThat(after.state()).isEqualTo(PowerState.OFF);
        assertThat(after.detail()).isEmpty();
    }

    @Test
    void tellsAWrongPasswordFromAnUnknownUserAndBothFromSilence() {
        PowerReading password = power.read(bmc("wrong"));
        assertThat(password.state()).isEqualTo(PowerState.WRONG_PASSWORD);
        assertThat(password.detail()).isEqualTo("the BMC refuses the password");
        PowerReading user = power.read(new BmcAccess("127.0.0.1", port, "nobody", "secret"));
        assertThat(user.state()).isEqualTo(PowerState.WRONG_PASSWORD);
        assertThat(user.detail()).isEqualTo("the BMC does not know the user name");
    }

    @Test
    void aDeadBmcIsUnreachableWithinItsTimeLimit() throws InterruptedException {
        simulator.destroyForcibly().waitFor();
        PowerReading reading = power.read(bmc("secret"));
        assertThat(reading.state()).isEqualTo(PowerState.UNREACHABLE);
        assertThat(reading.detail()).isNotEmpty();
        assertThat(reading.millis()).isLessThan(LIMIT.toMillis() + 5000);
    }

    @Test
    void aHangingToolIsEndedAtTheTimeLimit() throws IOException {
        Path hanging = Files.createFile(
                directory.resolve("hanging"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(hanging, "#!/bin/sh\nexec sleep 60\n");
        PowerReading reading = new IpmitoolPower(hanging.toString(), Duration.ofMillis(300)).read(bmc("secret"));
        assertThat(reading.state()).isEqualTo(PowerState.UNREACHABLE);
        assertThat(reading.detail()).isEqualTo("no answer within 300 ms");
    }

    @Test
    void aMissingToolSaysWhatToInstall() {
        PowerReading reading = new IpmitoolPower("/no/such/ipmitool", LIMIT).read(bmc("secret"));
        assertThat(reading.state()).isEqualTo(PowerState.UNREACHABLE);
        assertThat(reading.detail()).contains("install the package ipmitool");
    }

    @Test
    void neverShowsThePassword() {
        assertThat(bmc("secret").toString()).doesNotContain("secret");
    }
}
