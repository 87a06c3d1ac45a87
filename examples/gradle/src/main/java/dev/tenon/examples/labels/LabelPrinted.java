package dev.tenon.examples.labels;

/**
 * What was printed.
 *
 * @param pages how many sheets
 */
public record LabelPrinted(int pages) {}
