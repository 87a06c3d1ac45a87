package widgets;

/** The outcome of a batch. */
public record WidgetReport(String summary, int processed) {}
