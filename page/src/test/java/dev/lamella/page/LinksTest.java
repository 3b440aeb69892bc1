package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinksTest {

    @Test
    void aNameCannotLeaveItsPlace() {
        assertThat(Links.job("../../v1?x#y z")).isEqualTo("/ui/jobs/..%2F..%2Fv1%3Fx%23y%20z");
        assertThat(Links.image("sha256:abc")).isEqualTo("/ui/images/sha256:abc");
        assertThat(Links.imagesWithLayer("a&b=c")).isEqualTo("/ui/images?layer=a%26b%3Dc");
    }

    @Test
    void emptyValuesAreLeftOut() {
        assertThat(Links.list("/ui/jobs", "state", "", "search", "a b", "after", "x"))
                .isEqualTo("/ui/jobs?search=a+b&after=x");
        assertThat(Links.list("/ui/jobs", "state", "")).isEqualTo("/ui/jobs");
    }
}
