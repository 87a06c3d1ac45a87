package dev.tenon.jobs;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A page of the results of a query, and the {@link Cursor} of the next page:
 *
 * <pre>{@code
 * JobQuery query = JobQuery.all().withStatus(JobStatus.FAILED);
 * Page<JobSummary> page = jobs.list(query);
 * Page<JobSummary> next = jobs.list(query.withCursor(page.next().orElseThrow()));
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param <T> the type of the items
 */
public final class Page<T> implements Iterable<T> {

  private final List<T> items;
  private final @Nullable Cursor next;

  private Page(List<T> items, @Nullable Cursor next) {
    this.items = List.copyOf(items);
    this.next = next;
  }

  /**
   * The last page.
   *
   * @param items the items on it
   */
  public static <T> Page<T> last(List<T> items) {
    return new Page<>(items, null);
  }

  /**
   * A page that others may follow.
   *
   * @param items what is on it
   * @param next the end of the page
   */
  public static <T> Page<T> followed(List<T> items, Cursor next) {
    return new Page<>(items, Objects.requireNonNull(next, "next"));
  }

  /** The items on the page, in the order of the query. */
  public List<T> items() {
    return items;
  }

  /** The end of the page, for querying the next one; empty if this is the last page. */
  public Optional<Cursor> next() {
    return Optional.ofNullable(next);
  }

  @Override
  public Iterator<T> iterator() {
    return items.iterator();
  }
}
