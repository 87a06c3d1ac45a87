package own;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;
import java.time.DayOfWeek;
import java.util.Map;

/** Has attributes of every type. */
@Constants(text = "on itself")
@Target({ElementType.FIELD, ElementType.ANNOTATION_TYPE})
@CheckedBy(value = Constants.Check.class, method = "seen")
@interface Constants {
  byte small() default -1;

  short medium() default 300;

  int[] numbers() default {1, -2};

  long large() default 1L << 40;

  float one() default 1.5f;

  float two() default Float.POSITIVE_INFINITY;

  float three() default Float.NaN;

  double[] doubles() default {0.1, 1e300, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0.0 / 0.0};

  float four() default Float.NEGATIVE_INFINITY;

  char[] letters() default {'a', '\'', '\\', '\n', '\u00e9', '\u20ac', '"', '~', ' ', '\u007f', '\u00ff'};

  boolean flag() default true;

  String text() default "\"quoted\" \\ $T\n\u20ac";

  Class<?> type() default Map.Entry.class;

  Class<? extends Number>[] types() default {Integer.class};

  Class<?>[] others() default {int.class, long[].class, void.class, String[][].class};

  DayOfWeek day() default DayOfWeek.FRIDAY;

  DayOfWeek[] days() default {};

  final class Check {
    static Object[] seen = {};

    private Check() {}

    static boolean seen(
        String value,
        byte small,
        short medium,
        int[] numbers,
        long large,
        float one,
        float two,
        float three,
        double[] doubles,
        float four,
        char[] letters,
        boolean flag,
        String text,
        Class<?> type,
        Class<?>[] types,
        Class<?>[] others,
        DayOfWeek day,
        DayOfWeek[] days) {
      seen =
          new Object[] {
            small, medium, numbers, large, one, two, three, doubles, four, letters, flag, text, type, types, others, day, days
          };
      return false;
    }
  }
}
