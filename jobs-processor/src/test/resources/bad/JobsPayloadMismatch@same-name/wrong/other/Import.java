package other;

public record Import() {}
