package dev.tenon.examples.quickstart;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;

/** How a batch is made, where it is not made as usual. */
public record WidgetOptions(@Min(1) @Max(9) int quality, Optional<@Email String> contact) {}
