package shop;

import dev.tenon.jobs.annotation.JobType;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.stream.Stream;

@SuppressWarnings("rawtypes")
@JobType("shop.import")
record Import(Object a, List b, Map<Line, String> c, List<? extends Runnable> d, InputStream e, Stream<String> f, Optional<Thread> g, Shape h, Part i, Abstract j, PriorityQueue<String> k, Properties l, Class<?> m, Line[] n, User p) {
  record Line(Number number) {}

  interface Shape {}

  sealed interface Part permits Piece {}

  static final class Piece implements Part {}

  abstract static class Abstract {}

  static final class User {}
}
