package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.demo.Terminal.Style;
import dev.tenon.jobs.Job;
import java.util.List;

/** A line for each job, with a bar, painted again and again. */
final class LiveJobView implements JobView {

  private static final int NAME = 16;
  private static final int BAR = 16;
  private static final int STATUS = 9;

  /** The width of the indentation, the symbols, the percentage and the spaces between columns. */
  private static final int REST = 17;

  private final Terminal terminal;

  LiveJobView(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void show(List<Row> rows) {
    terminal.repaint(rows.stream().map(this::line).toList());
  }

  private String line(Row row) {
    Job job = row.job();
    Style style = JobTexts.style(job.status());
    int rest = terminal.width() - NAME - BAR - STATUS - REST;
    return "   %s %s %s %s  %s  %s"
        .formatted(
            terminal.paint(style, JobTexts.sign(terminal, job.status())),
            terminal.column(row.name(), NAME),
            terminal.paint(style, terminal.bar(job.progress(), BAR)),
            terminal.paint(Style.QUIET, "%3d %%".formatted(job.progress())),
            terminal.paint(style, terminal.column(job.status().code(), STATUS)),
            terminal.fit(JobTexts.news(job), rest));
  }

  @Override
  public void end() {
    terminal.settle();
  }
}
