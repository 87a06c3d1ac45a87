package widgets;

/** What came of a batch. */
public record WidgetReport(String summary, int processed) {}
