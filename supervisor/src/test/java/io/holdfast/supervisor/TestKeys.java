package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keys of a pair, made by the lab's own script: an authority, and a certificate for each supervisor. */
record TestKeys(Path folder) {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Path SCRIPT = Path.of("../lab/src/main/resources/io/holdfast/lab/host/management-keys.sh");

    /** @param nodes {@code NAME=ADDRESS} each */
    static TestKeys make(Path folder, String... nodes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString(), folder.toString()));
        command.addAll(List.of(nodes));
        Programs.check(LIMIT, command);
        return new TestKeys(folder);
    }

    PeerTls.Files of(String name) {
        return new PeerTls.Files(
                folder.resolve("ca.pem"), folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
    }

    /** Lines of a supervisor's configuration. */
    String properties(String name) {
        PeerTls.Files files = of(name);
        return "tls.ca=" + files.authority() + "\ntls.certificate=" + files.certificate() + "\ntls.key=" + files.key()
                + "\n";
    }

    /** As a host's agent has it: of the same authority, but without the supervisors' name. */
    PeerTls.Files ofAgent(String name) throws IOException, InterruptedException {
        Programs.check(LIMIT, List.of("bash", "-ec", """
                cd "$1"
                openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$2.key"
                openssl req -new -key "$2.key" -subj "/CN=$2" -out "$2.request"
                openssl x509 -req -in "$2.request" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 30 -out "$2.pem" \\
                  -extfile <(printf 'keyUsage=critical,digitalSignature\\nextendedKeyUsage=clientAuth,serverAuth\\nsubjectAltName=IP:127.0.0.2\\n')
                """, "keys", folder.toString(), name));
        return of(name);
    }
}
