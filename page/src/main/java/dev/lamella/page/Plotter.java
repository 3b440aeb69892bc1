package dev.lamella.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Places the values of one plot. Values that are not known are NaN. */
final class Plotter {

    /**
     * One of the things plotted.
     *
     * @param name in the legend and in words
     * @param look the class of its elements
     * @param values one for each step of the axis
     */
    record Values(String name, String look, List<Double> values) {

        long largest() {
            return (long) values.stream()
                    .filter(value -> !value.isNaN())
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
        }

        long sum() {
            return (long) values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private final TimeAxis axis;
    private final Scale scale;

    Plotter(TimeAxis axis, Scale scale) {
        this.axis = axis;
        this.scale = scale;
    }

    Plot plot(Plot.Head head, List<Plot.Series> series, List<Values> values) {
        return new Plot(head, series, xMarks(), yMarks(), strips(values));
    }

    Plot.Series bars(Values values) {
        var area = new StringBuilder();
        double gap = Math.min(1, stepWidth() / 4);
        for (int i = 0; i < axis.steps(); i++) {
            double value = values.values().get(i);
            if (value > 0) {
                double y = y(value);
                area.append("M%s %sH%sV%sH%sZ"
                        .formatted(
                                number(x(i) + gap / 2),
                                number(Plot.BOTTOM),
                                number(x(i + 1) - gap / 2),
                                number(Math.min(y, Plot.BOTTOM - 1)),
                                number(x(i) + gap / 2)));
            }
        }
        return new Plot.Series(values.name(), values.look(), area.toString(), "");
    }

    /** A line through the middles of the steps; where a value is not known, it goes straight on to the next. */
    Plot.Series line(Values values, boolean filled) {
        var line = new StringJoiner("L", "M", "").setEmptyValue("");
        double first = Double.NaN;
        double last = Double.NaN;
        for (int i = 0; i < axis.steps(); i++) {
            double value = values.values().get(i);
            if (!Double.isNaN(value)) {
                last = (x(i) + x(i + 1)) / 2;
                first = Double.isNaN(first) ? last : first;
                line.add(number(last) + " " + number(y(value)));
            }
        }
        String area = filled && line.length() > 0 ? line + "V%sH%sZ".formatted(number(Plot.BOTTOM), number(first)) : "";
        return new Plot.Series(values.name(), values.look(), area, line.toString());
    }

    private List<Plot.Mark> xMarks() {
        return axis.ticks().stream()
                .map(tick -> new Plot.Mark(round(x(tick.step())), tick.label()))
                .filter(mark -> mark.at() < Plot.RIGHT - 10)
                .toList();
    }

    private List<Plot.Mark> yMarks() {
        return scale.ticks().stream()
                .map(tick -> new Plot.Mark(round(y(tick)), scale.words(tick)))
                .toList();
    }

    private List<Plot.Strip> strips(List<Values> all) {
        List<Plot.Strip> strips = new ArrayList<>();
        for (int i = 0; i < axis.steps(); i++) {
            var words = new StringJoiner(", ");
            for (Values values : all) {
                double value = values.values().get(i);
                if (!Double.isNaN(value)) {
                    words.add(scale.words(value) + " " + values.name());
                }
            }
            if (words.length() > 0) {
                strips.add(new Plot.Strip(round(x(i)), round(stepWidth()), axis.words(i) + " UTC: " + words));
            }
        }
        return strips;
    }

    private double stepWidth() {
        return 1.0 * (Plot.RIGHT - Plot.LEFT) / axis.steps();
    }

    private double x(double step) {
        return Plot.LEFT + step * stepWidth();
    }

    private double y(double value) {
        return Plot.BOTTOM - (Plot.BOTTOM - Plot.TOP) * Math.min(1, value / scale.max());
    }

    private static double round(double number) {
        return Math.round(number * 10) / 10.0;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
