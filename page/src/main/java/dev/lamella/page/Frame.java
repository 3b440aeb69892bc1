package dev.lamella.page;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What templates need besides a page's content. */
record Frame(Visit visit, StaticFiles files, PageLimits limits) {

    /** The pages that the head of every page leads to. */
    List<Section> sections() {
        return Stream.of(Section.values())
                .filter(section -> switch (section) {
                    case SUBMIT -> visit.maySubmit();
                    case AUDIT -> visit.mayAdminister();
                    case NONE -> false;
                    default -> true;
                })
                .toList();
    }

    String ago(Instant moment) {
        return Units.distance(moment, visit.now());
    }

    /** Returns the beginning of a list that is not longer than lists may be. */
    <T> List<T> rows(List<T> items) {
        return items.subList(0, Math.min(items.size(), limits.rows()));
    }

    <T> List<T> layers(List<T> items) {
        return items.subList(0, Math.min(items.size(), limits.layers()));
    }

    <T> List<T> names(List<T> items) {
        return items.subList(0, Math.min(items.size(), limits.names()));
    }
}
