package dev.tenon.examples.quickstart.guide;

import java.util.List;

/** The table of page views. */
public interface PageViews {

  /** Returns whether there is such a page. */
  boolean isKnown(String page);

  /** Writes rows with one statement. */
  void insertAll(List<PageViewStore> views);
}
