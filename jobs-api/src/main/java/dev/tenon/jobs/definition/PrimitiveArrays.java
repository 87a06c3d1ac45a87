package dev.tenon.jobs.definition;

import java.util.BitSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The codecs of arrays of primitives. They do not box the entries. */
final class PrimitiveArrays {

  private PrimitiveArrays() {}

  static JsonCodec<boolean[]> booleans() {
    return JsonCodec.of(
        (json, array) -> {
          json.startArray();
          for (boolean entry : array) {
            json.value(entry);
          }
          json.endArray();
        },
        json -> {
          BitSet entries = new BitSet();
          int length = 0;
          json.startArray();
          while (json.nextEntry()) {
            entries.set(length++, json.booleanValue());
          }
          boolean[] array = new boolean[length];
          for (int i = 0; i < length; i++) {
            array[i] = entries.get(i);
          }
          return array;
        });
  }

  static JsonCodec<short[]> shorts() {
    return JsonCodec.of(
        (json, array) -> {
          json.startArray();
          for (short entry : array) {
            json.value(entry);
          }
          json.endArray();
        },
        json -> {
          IntStream.Builder entries = IntStream.builder();
          json.startArray();
          while (json.nextEntry()) {
            entries.add(json.shortValue());
          }
          int[] wide = entries.build().toArray();
          short[] array = new short[wide.length];
          for (int i = 0; i < wide.length; i++) {
            array[i] = (short) wide[i];
          }
          return array;
        });
  }

  static JsonCodec<int[]> ints() {
    return JsonCodec.of(
        (json, array) -> {
          json.startArray();
          for (int entry : array) {
            json.value(entry);
          }
          json.endArray();
        },
        json -> {
          IntStream.Builder entries = IntStream.builder();
          json.startArray();
          while (json.nextEntry()) {
            entries.add(json.intValue());
          }
          return entries.build().toArray();
        });
  }

  static JsonCodec<long[]> longs() {
    return JsonCodec.of(
        (json, array) -> {
          json.startArray();
          for (long entry : array) {
            json.value(entry);
          }
          json.endArray();
        },
        json -> {
          LongStream.Builder entries = LongStream.builder();
          json.startArray();
          while (json.nextEntry()) {
            entries.add(json.longValue());
          }
          return entries.build().toArray();
        });
  }

  static JsonCodec<float[]> floats() {
    return JsonCodec.of(
        (json, array) -> {
          json.startArray();
          for (float entry : array) {
            json.value(entry);
          }
          json.endArray();
        },
        json -> {
          DoubleStream.Builder entries = DoubleStream.builder();
          json.startArray();
          while (json.nextEntry()) {
            entries.add(json.floatValue());
          }
          double[] wide = entries.build().toArray();
          float[] array = new float[wide.length];
          for (int i = 0; i < wide.length; i++) {
            array[i] = (float) wide[i];
          }
          return array;
        });
  }

  static JsonCodec<double[]> doubles() {
    return JsonCodec.of(
        (json, array) -> {
          json.startArray();
          for (double entry : array) {
            json.value(entry);
          }
          json.endArray();
        },
        json -> {
          DoubleStream.Builder entries = DoubleStream.builder();
          json.startArray();
          while (json.nextEntry()) {
            entries.add(json.doubleValue());
          }
          return entries.build().toArray();
        });
  }
}
