package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.DeclaredRate;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.ByKey;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules for the rates of starts. */
final class RateCheck {

  private static final String RATES = "rates";
  private static final String RATES_OF_LIMIT = "rates of @Limit";
  private static final int MAX_RATES = 4;

  private final Report report;
  private final PayloadComponents costs;

  RateCheck(Report report) {
    this.report = report;
    this.costs =
        new PayloadComponents(
            report,
            RATES,
            value -> value.kind().isWholePrimitive(),
            "A cost is an int, a long, a short, a byte");
  }

  /**
   * Checks the rates of a declaration.
   *
   * @param components the components of the payload
   */
  void check(JobDeclaration job, List<Component> components) {
    LimitDeclaration limits = job.limits();
    List<Valid> all = valid(limits.rates(), RATES);
    checkEffect(all, RATES, List.of());
    for (ByKey key : limits.byKey()) {
      List<Valid> ofKey = valid(key.rates(), RATES_OF_LIMIT);
      checkEffect(ofKey, RATES_OF_LIMIT, limits.validRates());
      all.addAll(ofKey);
    }
    checkCosts(all, job, components);
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
            .filter(other -> other.countsLike(rate.rate()))
            .filter(other -> other.mostIn(rate.rate().window()) < rate.rate().amount())
            .findFirst()
            .ifPresent(other -> report(rate, name, "\"%s\" for all jobs".formatted(other), other));
      }
    }
  }

  /** Another rate of the list that never lets a rate be reached; of two equal ones, the first. */
  private static Optional<DeclaredRate> stricterAmong(List<Valid> rates, int index) {
    DeclaredRate rate = rates.get(index).rate();
    for (int i = 0; i < rates.size(); i++) {
      DeclaredRate other = rates.get(i).rate();
      boolean precedes = other.equals(rate) ? i < index : i != index;
      if (precedes && other.countsLike(rate) && other.mostIn(rate.window()) <= rate.amount()) {
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
        "%s allows at most %d in that time"
            .formatted(because, stricter.mostIn(rate.rate().window())),
        "Write a smaller amount, or remove it");
  }

  /** Checks the component that rates count. */
  private void checkCosts(List<Valid> rates, JobDeclaration job, List<Component> components) {
    Optional<String> cost = job.limits().cost();
    for (Valid rate : rates) {
      String component = rate.rate().component().orElse("");
      if (component.isEmpty()) {
        continue;
      }
      if (!component.equals(cost.orElse(component))) {
        report.add(
            Diagnostic.COST,
            rate.attribute().position(),
            rate.attribute().value(),
            component,
            cost.orElse(""));
        continue;
      }
      Attribute<String> named = new Attribute<>(component, true, rate.attribute().position());
      costs.check(named, job, components);
      boolean isSensitive =
          components.stream()
              .anyMatch(found -> found.sensitive() && found.name().equals(component));
      if (isSensitive) {
        report.add(Diagnostic.SENSITIVE_KEY, named.position(), RATES, component, "what jobs cost");
      }
    }
  }
}
