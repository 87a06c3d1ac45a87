package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(
    Line line,
    Map<Code, Line> map,
    Optional<Line> optional,
    Line[] array,
    List<@Valid Line> fine,
    WithList withList,
    WithKeys withKeys,
    WithValues withValues,
    WithOptional withOptional,
    WithNested withNested,
    WithLoose loose,
    Plain plain,
    Shape shape,
    Loop loop,
    @SuppressWarnings("JobsMissingValid") Line hushed) {
  record Line(String sku, @Positive int count) {}

  enum Code {
    A
  }

  record WithList(List<@NotBlank String> names) {}

  record WithKeys(Map<@NotBlank String, String> names) {}

  record WithValues(Map<String, @NotBlank String> names) {}

  record WithOptional(Optional<@NotBlank String> name) {}

  record WithNested(@Valid Line line) {}

  @SuppressWarnings("JobsMissingValid")
  record WithLoose(Line line) {}

  record Plain(List<String> names, Map<String, String> map, Optional<String> name) {}

  sealed interface Shape {}

  record Point() implements Shape {}

  record Circle(@Positive int radius) implements Shape {}

  record Loop(@Nullable @Valid Loop next, @Nullable String name) {}
}
