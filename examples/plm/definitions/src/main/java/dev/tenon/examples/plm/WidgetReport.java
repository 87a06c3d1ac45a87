package dev.tenon.examples.plm;

import java.math.BigDecimal;

/**
 * The result of a batch.
 *
 * @param made how many widgets were made
 * @param boxes how many boxes they fill; 0 if they are not packed
 * @param value what they are worth
 */
public record WidgetReport(int made, int boxes, BigDecimal value) {}
