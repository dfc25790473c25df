package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

/** What the outcomes of faults have in common. */
final class Expect {

    private Expect() {}

    /** Every VM runs and writes; journals and processes show one writer a disk and no lost write. */
    static void allWell(TrialResult result) {
        assertThat(result.check().twoWriters()).as("signs of two writers").isEmpty();
        assertThat(result.check().lostWrites()).as("lost writes").isEmpty();
        assertThat(result.vms()).as("every VM runs").allMatch(VmOutcome::well);
    }

    /** The VMs of the host that was hit have been started once, on other hosts, in time; nobody else was touched. */
    static void restartedElsewhere(TrialResult result, long startLimitMillis) {
        allWell(result);
        assertThat(result.affected()).as("the fault hit something").isNotEmpty();
        assertThat(result.hit()).allSatisfy(vm -> {
            assertThat(vm.starts()).as("starts of %s", vm.vm()).isEqualTo(1);
            assertThat(vm.to()).as("place of %s", vm.vm()).isPresent().isNotEqualTo(Optional.of(vm.from()));
            assertThat(vm.cutToStartMillis().orElseThrow())
                    .as("start of %s", vm.vm())
                    .isLessThanOrEqualTo(startLimitMillis);
        });
        assertThat(result.spared()).as("the others are left alone").noneMatch(VmOutcome::restarted);
    }

    /** What made the restarts safe. */
    static void proof(TrialResult result, String kind) {
        assertThat(result.hit())
                .allSatisfy(vm ->
                        assertThat(vm.proofs()).as("proofs of %s", vm.vm()).contains(kind));
    }

    /** Nothing was stopped or started. */
    static void nothingStopped(TrialResult result) {
        allWell(result);
        assertThat(result.vms()).as("no VM was started anew").noneMatch(VmOutcome::restarted);
        assertThat(result.vms())
                .as("no VM has moved")
                .allMatch(vm -> vm.to().filter(vm.from()::equals).isPresent());
    }
}
