package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.ArrayDeque;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(
    SortedSet<Item> items,
    SortedMap<Locale, Integer> locales,
    List<TreeSet<Currency>> currencies,
    ArrayDeque<@Nullable String> waiting,
    ConcurrentMap<String, @Nullable Integer> counts,
    TreeSet<@Nullable String> names,
    SortedSet<Rank> ranks,
    TreeSet<CharSequence> texts) {

  record Item(String sku) {}

  record Rank(int rank) implements Comparable<Rank> {
    @Override
    public int compareTo(Rank other) {
      return Integer.compare(rank, other.rank);
    }
  }
}
