package dev.tenon.jobs.dashboard;

import java.util.List;

/**
 * The time that a page is about, and how to choose another.
 *
 * @param tabs the times that move on
 * @param live where the page moves on
 * @param from the beginning, as a field of a form has it
 * @param to the end
 * @param isFixed whether it stays
 * @param label what it is
 * @param step how much time each point of a chart stands for
 * @param parameters what leads to the same time in an address
 */
record PeriodView(
    List<Tab> tabs,
    String live,
    String from,
    String to,
    boolean isFixed,
    String label,
    String step,
    String parameters) {

  /** A time that moves on. */
  record Tab(String label, String href, String current) {}
}
