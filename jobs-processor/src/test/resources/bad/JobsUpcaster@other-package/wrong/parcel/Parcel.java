package parcel;

import dev.tenon.jobs.annotation.Upcaster;

public record Parcel(String number) {

  @Upcaster(from = 1)
  static Parcel fromVersion1(String json) {
    return new Parcel(json);
  }
}
