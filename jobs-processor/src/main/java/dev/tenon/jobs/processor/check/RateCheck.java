package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.DeclaredRate;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.ByKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules for the rates at which jobs start. */
final class RateCheck {

  private static final int MAX_RATES = 4;

  private final Report report;

  RateCheck(Report report) {
    this.report = report;
  }

  void check(LimitDeclaration limits) {
    checkEffect(valid(limits.rates(), "rates"), "rates", List.of());
    for (ByKey key : limits.byKey()) {
      checkEffect(valid(key.rates(), "rates of @Limit"), "rates of @Limit", limits.validRates());
    }
  }

  /** A rate of the right form, where it is written. */
  private record Valid(Attribute<String> attribute, DeclaredRate rate) {}

  /** Reports the rates that are not right, and returns the others. */
  private List<Valid> valid(List<Attribute<String>> rates, String name) {
    if (rates.size() > MAX_RATES) {
      report.add(Diagnostic.RATES, rates.get(MAX_RATES).position(), name, rates.size(), MAX_RATES);
    }
    List<Valid> valid = new ArrayList<>();
    for (Attribute<String> attribute : rates) {
      Optional<DeclaredRate> rate = DeclaredRate.parse(attribute.value());
      if (rate.isPresent()) {
        valid.add(new Valid(attribute, rate.get()));
      } else {
        report.add(
            Diagnostic.RATE,
            attribute.position(),
            attribute.value(),
            name,
            DeclaredRate.MAX_AMOUNT,
            DeclaredRate.MAX_WINDOW.toDays());
      }
    }
    return valid;
  }

  /**
   * Reports the rates that can never be reached.
   *
   * @param ofAll the rates of all jobs together, if these are those of a key
   */
  private void checkEffect(List<Valid> rates, String name, List<DeclaredRate> ofAll) {
    for (int i = 0; i < rates.size(); i++) {
      Valid rate = rates.get(i);
      Optional<DeclaredRate> stricter = stricterAmong(rates, i);
      if (stricter.isPresent()) {
        report(rate, name, "\"%s\"".formatted(stricter.get()), stricter.get());
      } else {
        ofAll.stream()
            .filter(other -> other.mostIn(rate.rate().window()) < rate.rate().amount())
            .findFirst()
            .ifPresent(
                other -> report(rate, name, "\"%s\" for all jobs".formatted(other), other));
      }
    }
  }

  /** Another rate of the list that never lets a rate be reached; of two equal ones, the first. */
  private static Optional<DeclaredRate> stricterAmong(List<Valid> rates, int index) {
    DeclaredRate rate = rates.get(index).rate();
    for (int i = 0; i < rates.size(); i++) {
      DeclaredRate other = rates.get(i).rate();
      boolean counts = other.equals(rate) ? i < index : i != index;
      if (counts && other.mostIn(rate.window()) <= rate.amount()) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  private void report(Valid rate, String name, String because, DeclaredRate stricter) {
    report.add(
        Diagnostic.NO_EFFECT,
        rate.attribute().position(),
        "\"%s\" in %s".formatted(rate.attribute().value(), name),
        "%s lets at most %d start in that time"
            .formatted(because, stricter.mostIn(rate.rate().window())),
        "Write a smaller amount, or remove it");
  }
}
