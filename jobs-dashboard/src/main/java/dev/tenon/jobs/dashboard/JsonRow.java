package dev.tenon.jobs.dashboard;

/**
 * A value of a JSON document, as a line of a form.
 *
 * @param depth how deep it lies, 0 to 8
 * @param label the name of the property, or the number of the element
 * @param value its text; empty for an object or a list
 * @param kind {@code text}, {@code number}, {@code boolean}, {@code null}, {@code group}
 */
record JsonRow(int depth, String label, String value, String kind) {}
