package dev.tenon.examples.quickstart;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;

/** The options of a batch that is not made as usual. */
public record WidgetOptions(@Min(1) @Max(9) int quality, Optional<@Email String> contact) {}
