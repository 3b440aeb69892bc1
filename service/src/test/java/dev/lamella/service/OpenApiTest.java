package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.ApiJson;
import dev.lamella.client.GeneratorClient;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the API says of itself is what it does. */
@Tag("integration")
class OpenApiTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    @Test
    void describesEachRouteOfTheApiAndEachRecord() throws Exception {
        try (RunningService service = RunningService.start(directory)) {
            String document = service.get("/v1/openapi.json", Optional.empty()).body();
            JsonNode description = JSON.readTree(document);
            Set<String> described = new TreeSet<>();
            description
                    .path("paths")
                    .forEachEntry((path, operations) -> operations.forEachEntry(
                            (method, _) -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
            Set<String> served = service.service().routes().stream()
                    .filter(route ->
                            !route.path().startsWith("/ui/") && !route.path().equals("/"))
                    .filter(route -> !(route.access() instanceof Access.ByItself)
                            || route.method().equals("POST"))
                    .map(route -> route.method() + " " + route.path())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(described).isEqualTo(served);
            description.path("components").path("schemas").forEachEntry(OpenApiTest::requireRecord);
            Path kept = Path.of("..", "docs", "openapi.json");
            String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(description) + "\n";
            if (Boolean.getBoolean("lamella.openapi.write")) {
                Files.writeString(kept, pretty);
            }
            assertThat(Files.readString(kept, StandardCharsets.UTF_8))
                    .as("docs/openapi.json; -Dlamella.openapi.write=true writes it anew")
                    .isEqualTo(pretty);
        }
    }

    private static void requireRecord(String name, JsonNode schema) {
        Class<?> type;
        try {
            type = Class.forName(GeneratorClient.class.getPackageName() + "." + name);
        } catch (ClassNotFoundException _) {
            // A record within another.
            assertThat(name).isIn("Item", "Times");
            return;
        }
        Set<String> fields = new TreeSet<>();
        schema.path("properties").forEachEntry((field, _) -> fields.add(field));
        assertThat(fields)
                .isEqualTo(Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void recordsPassThroughJson() throws IOException {
        var submission = dev.lamella.client.Submission.of("debian:12");
        assertThat(ApiJson.read(ApiJson.write(submission), dev.lamella.client.Submission.class))
                .isEqualTo(submission);
        assertThat(new String(ApiJson.write(submission), StandardCharsets.UTF_8))
                .isEqualTo("{\"images\":[\"debian:12\"],\"priority\":\"NORMAL\",\"dryRun\":false}");
    }
}
