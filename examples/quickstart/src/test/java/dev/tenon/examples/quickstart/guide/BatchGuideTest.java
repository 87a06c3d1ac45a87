package dev.tenon.examples.quickstart.guide;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.testing.HandlerRun;
import dev.tenon.jobs.testing.HandlerTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pages show about batch handlers. */
class BatchGuideTest {

  private final List<PageViewStore> stored = new ArrayList<>();

  /** A table that knows two pages. */
  private final PageViews views =
      new PageViews() {
        @Override
        public boolean isKnown(String page) {
          return page.equals("/") || page.equals("/prices");
        }

        @Override
        public void insertAll(List<PageViewStore> views) {
          stored.addAll(views);
        }
      };

  private static PageViewStore view(String page) {
    return new PageViewStore("shop", page, Instant.EPOCH);
  }

  @Test
  void oneFailureDoesNotFailItsNeighbours() {
    HandlerTest<PageViewStore, Void> handler =
        HandlerTest.of(PageViewStoreJob.DEFINITION, new PageViewStoreHandler(views));

    List<HandlerRun<Void>> runs =
        handler.runBatch(List.of(view("/"), view("/missing"), view("/prices")));

    assertThat(runs.get(0)).isCompleted();
    assertThat(runs.get(1)).isFailed();
    assertThat(runs.get(2)).isCompleted();
    assertThat(stored).extracting(PageViewStore::page).containsExactly("/", "/prices");
  }
}
