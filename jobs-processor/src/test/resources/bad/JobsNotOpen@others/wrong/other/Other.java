package other;

public record Other(String file) {}
