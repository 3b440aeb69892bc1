package dev.lamella.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lamella.testkit.Fuzz;
import org.junit.jupiter.api.Test;

class AgreementTest {

    private static final RequestHeader HEADER = new RequestHeader(104, 26, 2, 0, 0, 0, 0);
    private static final SessionOptions OPTIONS = SessionOptions.DEFAULT.with(Feature.PASSTHROUGH);

    private static Agreement of(int minor, long features) throws FuseProtocolException {
        return Agreement.of(new ControlRequest.Init(HEADER, 7, minor, 131072, features), OPTIONS);
    }

    @Test
    void isWhatBothWant() throws FuseProtocolException {
        Agreement agreement = of(99, -1);
        assertThat(agreement.minor()).isEqualTo(45);
        assertThat(agreement.features())
                .containsAll(OPTIONS.features())
                .contains(Feature.INIT_EXT, Feature.MAX_PAGES)
                .doesNotContain(Feature.WRITEBACK_CACHE, Feature.ALLOW_IDMAP);
        assertThat(agreement.maxReadaheadBytes()).isEqualTo(131072);
        assertThat(agreement.stackDepth()).isEqualTo(1);
    }

    @Test
    void hasNothingThatTheKernelDoesNotOffer() throws FuseProtocolException {
        Agreement agreement = of(36, 0xffff_ffffL);
        assertThat(agreement.minor()).isEqualTo(36);
        assertThat(agreement.has(Feature.PASSTHROUGH)).isFalse();
        assertThat(agreement.has(Feature.HAS_RESEND)).isFalse();
        assertThat(agreement.stackDepth()).isZero();
    }

    @Test
    void oldKernelsAreRefused() {
        assertThatExceptionOfType(FuseProtocolException.class)
                .isThrownBy(() -> of(35, -1))
                .withMessageContaining("the kernel speaks 7.35, 7.36");
        assertThatExceptionOfType(FuseProtocolException.class).isThrownBy(() -> of(40, 0));
    }

    @Test
    void canBeSaved() throws FuseProtocolException {
        Agreement agreement = of(45, -1);
        assertThat(agreement.toString()).startsWith("fuse 7.45 features=");
        assertThat(Agreement.parse(agreement.toString())).isEqualTo(agreement);
    }

    @Test
    void whatWasNotSavedIsRefused() throws FuseProtocolException {
        String saved = of(45, -1).toString();
        Fuzz.run(2_000, random -> {
            var text = new StringBuilder(saved);
            text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(96)));
            if (random.oneIn(3)) {
                text.setLength(random.nextInt(text.length()));
            }
            try {
                Agreement agreement = Agreement.parse(text.toString());
                assertThat(Agreement.parse(agreement.toString())).isEqualTo(agreement);
            } catch (FuseProtocolException e) {
                assertThat(e).hasMessageContaining("a saved agreement");
            }
        });
    }

    @Test
    void optionsHaveLimits() {
        assertThatIllegalArgumentException().isThrownBy(() -> SessionOptions.DEFAULT.withThreads(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SessionOptions.DEFAULT.withThreads(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.with(Feature.WRITEBACK_CACHE));
        assertThatIllegalArgumentException().isThrownBy(() -> MountOptions.of("a,suid"));
    }
}
