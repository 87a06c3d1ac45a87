package store;

import jakarta.validation.constraints.Pattern;

public record Code(@Pattern(regexp = "(") String text) {}
