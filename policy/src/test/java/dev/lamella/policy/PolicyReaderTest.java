package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import dev.lamella.oci.ResolvedImage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a policy and what is none, and whose requirements count. */
class PolicyReaderTest {

    private static final String REJECT = "[{\"type\":\"reject\"}]";
    private static final String ACCEPT = "[{\"type\":\"insecureAcceptAnything\"}]";

    private static SignaturePolicy parse(String json) throws PolicyException {
        return SignaturePolicy.parse(json.getBytes(StandardCharsets.UTF_8), "policy.json", SignatureLimits.DEFAULT);
    }

    private static SignaturePolicy parseRequirement(String requirement) throws PolicyException {
        return parse("{\"default\":[" + requirement.replace('\'', '"') + "]}");
    }

    private static String refusal(SignaturePolicy policy, String reference) throws OciException {
        return policy.preview(Reference.parse(reference))
                        instanceof Decision.Refused(String _, String reason, boolean _)
                ? reason
                : "";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'insecureAcceptAnything'}",
                "{'type':'reject'}",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k'}",
                "{'type':'signedBy','keyType':'GPGKeys','keyPaths':['/k','/l']}",
                "{'type':'signedBy','keyType':'GPGKeys','keyData':'AAAA\\nAAAA'}",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'matchExact'}}",
                "{'type':'sigstoreSigned','keyPath':'/k','signedIdentity':{'type':'matchRepoDigestOrExact'}}",
                "{'type':'sigstoreSigned','keyPaths':['/k'],'signedIdentity':{'type':'matchRepository'}}",
                "{'type':'sigstoreSigned','keyData':'AAAA','signedIdentity':{'type':'exactReference','dockerReference':'a:b'}}",
                "{'type':'sigstoreSigned','keyDatas':['AAAA','AA=='],'signedIdentity':{'type':'exactRepository','dockerRepository':'a'}}",
                "{'type':'sigstoreSigned','keyPath':'/k','signedIdentity':{'type':'remapIdentity','prefix':'a.b','signedPrefix':'c.d:5/e'}}",
            })
    void allThatContainersImageKnowsIsKnown(String requirement) {
        assertThatCode(() -> parseRequirement(requirement)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'signedBaseLayer','baseLayerIdentity':{'type':'matchExact'}} | signedBaseLayer is not supported",
                "{'type':'signedBy','keyType':'signedByGPGKeys','keyPath':'/k'} | keyType signedByGPGKeys is not supported",
                "{'type':'sigstoreSigned','keyPath':'/k','rekorPublicKeyPath':'/r'} | rekorPublicKeyPath is not supported",
                "{'type':'sigstoreSigned','keyPath':'/k','rekorPublicKeyDatas':['AAAA']} | rekorPublicKeyDatas is not supported",
                "{'type':'sigstoreSigned','fulcio':{'caPath':'/c','oidcIssuer':'i','subjectEmail':'e'},'rekorPublicKeyPath':'/r'} | fulcio is not supported",
                "{'type':'sigstoreSigned','pki':{'caRootsPath':'/c','subjectEmail':'e'}} | pki is not supported",
            })
    void whatIsNotCheckedHereIsReadAndRefusesAll(String requirement, String why) throws Exception {
        assertThat(refusal(parseRequirement(requirement), "debian"))
                .isEqualTo("docker.io/library/debian:latest: %s; so default[0] %s in policy.json refuses it"
                        .formatted(why, requirement.replaceFirst(".*?'type':'(\\w+)'.*", "$1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'what'} | default[0].type: \"what\", expected",
                "{'type':'reject','x':1} | default[0].x: unknown key",
                "{'Type':'reject'} | default[0].type: expected a text, found nothing",
                "{'type':1} | default[0].type: expected a text, found a number",
                "{'type':'reject','type':'insecureAcceptAnything'} | uplicate",
                "{'type':'signedBy','keyPath':'/k'} | default[0].keyType: expected a text, found nothing",
                "{'type':'signedBy','keyType':'PGP','keyPath':'/k'} | default[0].keyType: \"PGP\"",
                "{'type':'signedBy','keyType':'GPGKeys'} | exactly one of keyData, keyPath, keyPaths must be there, found none",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','keyData':'AAAA'} | found keyData and keyPath",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':''} | default[0].keyPath: empty",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':null} | expected a text, found null",
                "{'type':'signedBy','keyType':'GPGKeys','keyPaths':'/k'} | expected a list, found a text",
                "{'type':'signedBy','keyType':'GPGKeys','keyPaths':[1]} | default[0].keyPaths[0]: expected a text",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/a\\u0000'} | default[0].keyPath: not a path",
                "{'type':'signedBy','keyType':'GPGKeys','keyData':'*'} | default[0].keyData: not base64",
                "{'type':'signedBy','keyType':'GPGKeys','keyDatas':['AAAA']} | default[0].keyDatas: unknown key",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':null} | signedIdentity: expected an object, found null",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'x'}} | signedIdentity.type: \"x\"",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'matchExact','x':1}} | signedIdentity.x: unknown",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'exactReference','dockerReference':'a'}} | neither tag nor digest",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'exactReference','dockerReference':'A:b'}} | dockerReference",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'exactRepository'}} | dockerRepository: missing",
                "{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'remapIdentity','prefix':'a/B','signedPrefix':'c'}} | signedIdentity.prefix: \"a/B\"",
                "{'type':'sigstoreSigned'} | exactly one of fulcio, keyData, keyDatas, keyPath, keyPaths, pki must be there",
                "{'type':'sigstoreSigned','keyPaths':[]} | default[0].keyPaths: empty",
                "{'type':'sigstoreSigned','keyPath':'/k','rekorPublicKeyPath':'/r','rekorPublicKeyData':'AAAA'} | cannot be set beside rekorPublicKeyData",
                "{'type':'sigstoreSigned','fulcio':{'caPath':'/c','oidcIssuer':'i','subjectEmail':'e'}} | needs rekorPublicKeyPath",
                "{'type':'sigstoreSigned','fulcio':{'caPath':'/c','subjectEmail':'e'},'rekorPublicKeyPath':'/r'} | fulcio.oidcIssuer",
                "{'type':'sigstoreSigned','pki':{'caRootsPath':'/c'}} | pki.subjectEmail: missing",
                "{'type':'sigstoreSigned','pki':{'caRootsPath':'/c','subjectEmail':'e'},'rekorPublicKeyPath':'/r'} | cannot be set beside pki",
            })
    void whatIsNotKnownIsAnError(String requirement, String why) {
        assertThatThrownBy(() -> parseRequirement(requirement))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("policy.json: ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | expected an object, found nothing",
                "[] | expected an object, found a list",
                "null | expected an object, found null",
                "{} | default: missing",
                "{\"default\":null} | default: expected a list, found null",
                "{\"default\":[]} | default: no requirement",
                "{\"default\":[{\"type\":\"reject\"}]} x | not valid JSON",
                "{\"default\":[{\"type\":\"reject\"}],\"Default\":[]} | Default: unknown key",
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":null} | transports: expected an object, found null",
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":[]}} | transports.docker: expected an object, found a list",
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"dir\":{\"/a b\":[]}}} | transports.dir[\"/a b\"]: no requirement",
                "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\"a\":[],\"a\":[]}}} | uplicate",
            })
    void whatIsNoPolicyIsAnError(String json, String why) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(why);
    }

    @Test
    void nestingHasALimit() {
        assertThatThrownBy(() -> parse("{\"default\":" + "[".repeat(5000))).isInstanceOf(PolicyException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "quay.io:8443/a/b/c:1, quay.io:8443/a/b/c:1",
        "quay.io:8443/a/b/c:2, quay.io:8443/a/b/c",
        "quay.io:8443/a/b/d:1, quay.io:8443/a/b",
        "quay.io:8443/x:1, quay.io:8443",
        "quay.io/x:1, *.io",
        "a.b.example.com/x, *.example.com",
        "example.com/x, *.com",
        "busybox, docker.io/library/busybox",
        "localhost/x, ''",
    })
    void theMostSpecificScopeCounts(String reference, String scope) throws Exception {
        var scopes = new StringBuilder();
        for (String other : List.of(
                "quay.io:8443/a/b/c:1",
                "quay.io:8443/a/b/c",
                "quay.io:8443/a/b",
                "quay.io:8443",
                "*.io",
                "*.example.com",
                "*.com",
                "docker.io/library/busybox",
                "")) {
            scopes.append(
                    "%s\"%s\":%s".formatted(scopes.isEmpty() ? "" : ",", other, other.equals(scope) ? REJECT : ACCEPT));
        }
        SignaturePolicy policy = parse("{\"default\":%s,\"transports\":{\"docker\":{%s}}}".formatted(ACCEPT, scopes));
        assertThat(refusal(policy, reference)).contains("so transports.docker[\"%s\"][0] reject in".formatted(scope));
    }

    @Test
    void withoutAScopeTheDefaultCounts() throws Exception {
        SignaturePolicy policy = parse("{\"default\":%s,\"transports\":{\"docker\":{\"a.b\":%s},\"dir\":{\"\":%s}}}"
                .formatted(REJECT, ACCEPT, ACCEPT));
        assertThat(refusal(policy, "debian")).contains("so default[0] reject in policy.json refuses it");
        assertThat(refusal(policy, "a.b/c")).isEmpty();
    }

    @Test
    void allRequirementsCountAndSignaturesAreFetchedOnlyIfOneWantsThem() throws Exception {
        SignaturePolicy policy = parseRequirement("{'type':'insecureAcceptAnything'},{'type':'reject'}");
        var manifest = new ResolvedImage.Document(Digest.sha256Of(new byte[0]), "x", ByteString.EMPTY);
        Decision decision = policy.decide(
                Reference.parse("debian"),
                manifest,
                _ -> {
                    throw new AssertionError("nobody wants signatures");
                },
                Instant.EPOCH);
        assertThat(decision)
                .isEqualTo(
                        new Decision.Refused(
                                "default[1] reject",
                                "docker.io/library/debian:latest: policy.json rejects it; so default[1] reject in policy.json refuses it"));
    }
}
