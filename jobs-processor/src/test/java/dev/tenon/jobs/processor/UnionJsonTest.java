package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sealed interfaces of records, as {@code docs/diagnostics.md} describes them, can be read and
 * written with plain Jackson, with one rule for all of them and no class names in the JSON.
 */
class UnionJsonTest {

  sealed interface Shape {}

  record Circle(int radius) implements Shape {}

  sealed interface Angular extends Shape {}

  record Square(int side, Shape inner) implements Angular {}

  record Drawing(Shape first, List<Shape> others) {}

  /** Every sealed interface uses the property {@code type}. */
  private static final class TaggedUnions extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonTypeInfo.Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
      JsonTypeInfo.Value annotation = super.findPolymorphicTypeInfo(config, annotated);
      Class<?> type = annotated.getRawType();
      boolean isUnion = annotation == null && isPartOfUnion(type);
      return isUnion
          ? JsonTypeInfo.Value.construct(
              JsonTypeInfo.Id.SIMPLE_NAME,
              JsonTypeInfo.As.PROPERTY,
              "type",
              null,
              false,
              true,
              true)
          : annotation;
    }

    private static boolean isPartOfUnion(Class<?> type) {
      return (type.isInterface() && type.isSealed())
          || (type.isRecord()
              && List.of(type.getInterfaces()).stream().anyMatch(TaggedUnions::isPartOfUnion));
    }
  }

  @Test
  void goesThereAndBack() {
    JsonMapper mapper = JsonMapper.builder().annotationIntrospector(new TaggedUnions()).build();
    Drawing drawing =
        new Drawing(new Circle(1), List.of(new Square(2, new Circle(3)), new Circle(4)));

    String json = mapper.writeValueAsString(drawing);

    assertThat(json)
        .isEqualTo(
            "{\"first\":{\"type\":\"Circle\",\"radius\":1},\"others\":[{\"type\":\"Square\",\"side\":2,"
                + "\"inner\":{\"type\":\"Circle\",\"radius\":3}},{\"type\":\"Circle\",\"radius\":4}]}");
    assertThat(mapper.readValue(json, Drawing.class)).isEqualTo(drawing);
  }
}
