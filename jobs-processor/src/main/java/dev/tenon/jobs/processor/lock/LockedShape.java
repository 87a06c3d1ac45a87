package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/** A record, an enum or a union, by its name in the sources. */
sealed interface LockedShape {

  /**
   * The position in the sources; empty if the shape comes from the file, or was compiled earlier.
   */
  Optional<SourcePosition> position();

  /**
   * A record.
   *
   * @param components its components by the names of their JSON properties
   */
  record Fields(SortedMap<String, LockedValue> components, Optional<SourcePosition> position)
      implements LockedShape {}

  /**
   * An enum.
   *
   * @param names the names of its constants in JSON
   */
  record Constants(SortedSet<String> names, Optional<SourcePosition> position)
      implements LockedShape {}

  /**
   * A sealed interface that only records implement.
   *
   * @param records the names of the shapes, by the tags that tell them apart in JSON
   */
  record Alternatives(SortedMap<String, String> records, Optional<SourcePosition> position)
      implements LockedShape {}
}
