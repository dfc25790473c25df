package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkErrorsTest {
    private static final long S = 1_000_000_000L;

    private LinkErrors link = LinkErrors.unknown().look(S, 1_000_000, 500);

    @Test
    void oldErrorsAreNone() {
        assertThat(link.many()).isFalse();
        assertThat(link.look(12 * S, 1_100_000, 500).many()).isFalse();
    }

    @Test
    void oneFrameInAThousandIsManyAfterAWindow() {
        assertThat(link.look(5 * S, 1_050_000, 560).many())
                .as("in the middle of the window")
                .isFalse();
        LinkErrors after = link.look(12 * S, 1_100_000, 601);
        assertThat(after.many()).isTrue();
        assertThat(after.perMillion()).isBetween(1000L, 1010L);
        assertThat(after.look(23 * S, 1_200_000, 601).many()).as("none since").isFalse();
    }

    @Test
    void fewFramesOfAQuietLinkAreNoTrouble() {
        assertThat(link.look(12 * S, 1_000_020, 509).many()).isFalse();
    }

    @Test
    void countersThatGoBackBeginANewWindow() {
        assertThat(link.look(12 * S, 10, 400).many()).isFalse();
        assertThat(link.look(12 * S, 10, 0).look(23 * S, 1000, 30).many()).isTrue();
    }
}
