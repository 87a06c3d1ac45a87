package dev.tenon.examples.quickstart;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;

/** Widgets of one kind. */
public record WidgetItem(
    @Pattern(regexp = "[A-Z]{2}-[0-9]+") String sku, @Positive int count, BigDecimal unitPrice) {}
