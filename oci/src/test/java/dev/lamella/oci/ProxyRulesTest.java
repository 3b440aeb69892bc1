package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRulesTest {

    private final ProxyRules rules = new ProxyRules(Map.of(
            "HTTPS_PROXY", "http://secure.proxy:3128",
            "http_proxy", "plain.proxy:8080/",
            "NO_PROXY", "exact.example, .below.example,*.star.example,port.example:5000,10.1.0.0/16,fd00::/8"));

    @ParameterizedTest
    @CsvSource({
        "https://quay.io/v2/, secure.proxy",
        "http://quay.io/v2/, plain.proxy",
        "https://exact.example/, ''",
        "https://a.exact.example/, ''",
        "https://inexact.example/, secure.proxy",
        "https://below.example/, secure.proxy",
        "https://a.below.example/, ''",
        "https://a.star.example/, ''",
        "https://port.example:5000/, ''",
        "https://port.example/, secure.proxy",
        "https://10.1.2.3/, ''",
        "https://10.2.2.3/, secure.proxy",
        "https://[fd12::1]:5000/, ''",
        "http://127.0.0.1:5000/, ''",
        "http://localhost:5000/, ''",
        "http://[::1]:5000/, ''",
    })
    void chooses(String uri, String expected) {
        Proxy proxy = rules.select(URI.create(uri)).getFirst();
        if (expected.isEmpty()) {
            assertThat(proxy).isEqualTo(Proxy.NO_PROXY);
        } else {
            assertThat(proxy.address().toString()).startsWith(expected);
        }
    }

    @Test
    void ignoresWhatItCannotUse() {
        var broken = new ProxyRules(Map.of("HTTPS_PROXY", "socks5://x:1", "HTTP_PROXY", "http://u:p w@x"));
        assertThat(broken.select(URI.create("https://quay.io"))).containsExactly(Proxy.NO_PROXY);
        assertThat(broken.select(URI.create("http://quay.io"))).containsExactly(Proxy.NO_PROXY);
    }
}
