package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** A table of a TOML file with errors that name file and key. Unknown keys are let pass, as the engines do. */
record ConfTable(String file, String path, TomlTable table) {

    private static final int ENTRIES_MAX = 10_000;

    Optional<String> text(String key) throws OciException {
        return value(key, String.class, "a text");
    }

    boolean truth(String key) throws OciException {
        return value(key, Boolean.class, "true or false").orElse(false);
    }

    List<String> texts(String key) throws OciException {
        var texts = new ArrayList<String>();
        for (Object entry : array(key)) {
            if (!(entry instanceof String text)) {
                throw wrong(key, "expected a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    List<ConfTable> tables(String key) throws OciException {
        var tables = new ArrayList<ConfTable>();
        for (Object entry : array(key)) {
            if (!(entry instanceof TomlTable inner)) {
                throw wrong(key, "expected tables: [[%s]]".formatted(key));
            }
            tables.add(new ConfTable(file, "%s[%d].".formatted(key, tables.size()), inner));
        }
        return tables;
    }

    Optional<ConfTable> table(String key) throws OciException {
        return value(key, TomlTable.class, "a table").map(inner -> new ConfTable(file, key + ".", inner));
    }

    private List<Object> array(String key) throws OciException {
        Optional<TomlArray> array = value(key, TomlArray.class, "a list");
        if (array.isEmpty()) {
            return List.of();
        }
        if (array.get().size() > ENTRIES_MAX) {
            throw wrong(
                    key,
                    "%d entries, at most %d are allowed".formatted(array.get().size(), ENTRIES_MAX));
        }
        return array.get().toList();
    }

    private <T> Optional<T> value(String key, Class<T> type, String expected) throws OciException {
        Object value = table.get(List.of(key));
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrong(key, "expected " + expected);
        }
        return Optional.of(type.cast(value));
    }

    OciException wrong(String key, String what) {
        return new OciException(Kind.CONFIGURATION, "%s: %s%s: %s".formatted(file, path, key, what));
    }
}
