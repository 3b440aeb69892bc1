package dev.lamella.page;

import java.util.List;

/**
 * A plot as a template draws it: everything is placed, in the units of a view box of {@link #WIDTH} by {@link #HEIGHT}.
 *
 * @param head what it is called and says
 * @param series what is drawn, the first in the back
 * @param xMarks the marks of the time axis
 * @param yMarks the marks of the vertical axis
 * @param strips one for each step of the time axis, unseen, with its values, for the pointer
 */
record Plot(Head head, List<Series> series, List<Mark> xMarks, List<Mark> yMarks, List<Strip> strips) {

    static final int WIDTH = 360;
    static final int HEIGHT = 150;
    static final int LEFT = 58;
    static final int RIGHT = WIDTH - 8;
    static final int TOP = 10;
    static final int BOTTOM = HEIGHT - 22;

    /**
     * What a plot is called and says.
     *
     * @param id of its element
     * @param title what is plotted
     * @param figure its latest value or its sum, in words
     * @param description the plot in a sentence, for those who do not see it
     */
    record Head(String id, String title, String figure, String description) {

        Head(String id, String title) {
            this(id, title, "", "");
        }

        Head with(String newFigure, String newDescription) {
            return new Head(id, title, newFigure, newDescription);
        }
    }

    /** A line with the area below it, or bars: {@code area} is filled, {@code line} is drawn; either may be empty. */
    record Series(String name, String look, String area, String line) {}

    /** A labelled place on an axis. */
    record Mark(double at, String label) {}

    /** A part of the plot that says its values when pointed at. */
    record Strip(double x, double width, String words) {}
}
