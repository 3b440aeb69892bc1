package dev.lamella.node;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lists of users' engines: written by anybody, so they take no more memory than we let them, and nothing of them is repeated in errors. */
final class UserLists {

    /** Some 15,000 layers. */
    private static final int BYTES_MAX = 16 << 20;

    private static final int PATH_BYTES_MAX = 4096;

    /** A list of nothing but brackets would take a hundred times its size in memory. */
    private static final int TOKENS_MAX = 1_000_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(TOKENS_MAX)
                            .build())
                    .build())
            .build();

    private UserLists() {}

    /** Returns what reads the files of these users. */
    static GraphrootLists.Reader of(Set<Long> owners) {
        return new GraphrootLists.Reader() {
            @Override
            public List<JsonNode> list(Path file) throws UserFileException {
                return read(file, owners);
            }

            @Override
            public Optional<String> path(Path file) throws UserFileException {
                return UserFiles.read(file, owners, PATH_BYTES_MAX)
                        .map(content -> new String(content, StandardCharsets.UTF_8));
            }
        };
    }

    /** Reads a list; empty if the file is missing. */
    private static List<JsonNode> read(Path file, Set<Long> owners) throws UserFileException {
        Optional<byte[]> content = UserFiles.read(file, owners, BYTES_MAX).filter(bytes -> bytes.length > 0);
        if (content.isEmpty()) {
            return List.of();
        }
        try {
            JsonNode list = JSON.readTree(content.get());
            if (list.isArray()) {
                return list.valueStream().toList();
            }
        } catch (JacksonException _) {
            // Said below, without what the file holds.
        }
        throw new UserFileException(file, "not a list in JSON, or one of too many entries");
    }
}
