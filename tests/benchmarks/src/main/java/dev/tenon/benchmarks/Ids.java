package dev.tenon.benchmarks;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of an option, by their ids. */
abstract class Ids<T> implements ITypeConverter<T>, Iterable<String> {

  private final List<T> values;
  private final Function<T, String> id;

  Ids(List<T> values, Function<T, String> id) {
    this.values = values;
    this.id = id;
  }

  @Override
  public T convert(String text) {
    return values.stream()
        .filter(value -> id.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is not one of %s".formatted(text, String.join(", ", this))));
  }

  @Override
  public Iterator<String> iterator() {
    return values.stream().map(id).iterator();
  }
}
