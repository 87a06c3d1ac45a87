package dev.tenon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars as an SVG picture, one panel below the other, each with its own scale. On white,
 * so that it can be read on pages of any color.
 */
final class BarChart {

  private static final int WIDTH = 760;
  private static final int LABELS = 200;
  private static final int VALUES = 110;
  private static final int MARGIN = 16;
  private static final int TITLE = 34;
  private static final int ROW = 24;
  private static final int BAR = 16;
  private static final int GAP = 14;

  private static final String OURS = "#2f6f4f";
  private static final String OTHERS = "#a9b4bf";

  private final List<Panel> panels = new ArrayList<>();

  /**
   * A bar.
   *
   * @param label what it stands for
   * @param value how long it is
   * @param text what is written at its end
   * @param highlighted whether it is one of ours
   */
  record Bar(String label, double value, String text, boolean highlighted) {}

  private record Panel(String title, List<Bar> bars) {

    int height() {
      return TITLE + bars.size() * ROW + GAP;
    }

    double longest() {
      return bars.stream().mapToDouble(Bar::value).max().orElse(1);
    }
  }

  /** Adds a panel at the bottom. */
  void add(String title, List<Bar> bars) {
    panels.add(new Panel(title, List.copyOf(bars)));
  }

  /** The picture. */
  String svg() {
    int height = MARGIN + panels.stream().mapToInt(Panel::height).sum();
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\" role=\"img\">",
        WIDTH,
        height,
        WIDTH);
    line(svg, "  <rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#ffffff\"/>", WIDTH, height);
    int top = MARGIN / 2;
    for (Panel panel : panels) {
      draw(svg, panel, top);
      top += panel.height();
    }
    line(svg, "</svg>");
    return svg.toString();
  }

  private static void draw(StringBuilder svg, Panel panel, int top) {
    line(
        svg,
        "  <text x=\"%d\" y=\"%d\" font-weight=\"bold\" fill=\"#1f2933\">%s</text>",
        MARGIN,
        top + 22,
        escaped(panel.title()));
    int y = top + TITLE;
    double scale = (WIDTH - LABELS - VALUES) / panel.longest();
    for (Bar bar : panel.bars()) {
      double length = Math.max(1, bar.value() * scale);
      int middle = y + BAR - 3;
      line(
          svg,
          "  <text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1f2933\">%s</text>",
          LABELS - 8,
          middle,
          escaped(bar.label()));
      line(
          svg,
          "  <rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>",
          LABELS,
          y,
          length,
          BAR,
          bar.highlighted() ? OURS : OTHERS);
      line(
          svg,
          "  <text x=\"%.1f\" y=\"%d\" fill=\"#52606d\">%s</text>",
          LABELS + length + 6,
          middle,
          escaped(bar.text()));
      y += ROW;
    }
  }

  private static void line(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
