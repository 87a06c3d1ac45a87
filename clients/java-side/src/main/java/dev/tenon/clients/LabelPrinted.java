package dev.tenon.clients;

import jakarta.validation.constraints.Min;

/**
 * The result of printing.
 *
 * @param text what is printed on the labels
 * @param pages how many sheets that took
 */
public record LabelPrinted(String text, @Min(1) int pages) {}
