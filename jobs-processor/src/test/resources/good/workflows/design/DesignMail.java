package design;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Has a method of each form. */
@JobType(value = "design.mail", result = Instant.class)
public record DesignMail(@Pattern(regexp = "[^@]+@[^@]+") String to, String text) {

  /** Made from the results of many jobs, and a draft. */
  @FromResults
  static DesignMail ofParts(DesignMail draft, List<byte[]> parts) {
    return new DesignMail(draft.to(), parts.size() + " parts");
  }

  @FromResults
  public static DesignMail ofEach(
      DesignMail draft, DesignClone.Report clone, List<byte[]> parts, List<Instant> mails) {
    return new DesignMail(draft.to(), clone + ": " + parts.size() + ", " + mails.size());
  }

  /** Made only if it is needed. */
  @FromResults
  static Optional<DesignMail> ifIncomplete(DesignClone.Report clone, List<byte[]> parts) {
    return clone.partIds().size() == parts.size()
        ? Optional.empty()
        : Optional.of(new DesignMail("shop@example.com", "Parts are missing"));
  }

  /** Has the name that the constant would have by the usual pattern. */
  @FromResults
  static DesignMail toPattern(DesignClone.Report clone) {
    return new DesignMail("shop@example.com", clone.toString());
  }

  @FromResults
  static DesignMail of_three(DesignClone.Report clone, byte[] part, Instant mail) {
    return new DesignMail("shop@example.com", clone + " " + part.length + " " + mail);
  }

  /**
   * Used by workflows that were submitted earlier.
   *
   * @deprecated in favour of {@link #ofParts}
   */
  @FromResults
  @Deprecated
  static DesignMail ofBefore(DesignClone.Report clone) {
    return toPattern(clone);
  }

  /**
   * The same, to be removed soon.
   *
   * @deprecated in favour of {@link #ofParts}
   */
  @FromResults
  @Deprecated(forRemoval = true)
  static Optional<DesignMail> ofLongAgo(DesignClone.Report clone) {
    return Optional.of(toPattern(clone));
  }
}
