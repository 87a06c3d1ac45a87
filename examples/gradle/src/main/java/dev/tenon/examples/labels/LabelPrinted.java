package dev.tenon.examples.labels;

/**
 * The outcome of a print.
 *
 * @param pages how many sheets
 */
public record LabelPrinted(int pages) {}
