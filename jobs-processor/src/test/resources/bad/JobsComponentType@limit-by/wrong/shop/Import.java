package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", limits = @Limit(by = "key"))
  record Wrong0(double key) {}

  @JobType(value = "shop.wrong-1", limits = @Limit(by = "key"))
  record Wrong1(Float key) {}

  @JobType(value = "shop.wrong-2", limits = @Limit(by = "key"))
  record Wrong2(BigDecimal key) {}

  @JobType(value = "shop.wrong-3", limits = @Limit(by = "key"))
  record Wrong3(LocalDate key) {}

  @JobType(value = "shop.wrong-4", limits = @Limit(by = "key"))
  record Wrong4(Optional<LocalDate> key) {}

  @JobType(value = "shop.wrong-5", limits = @Limit(by = "key"))
  record Wrong5(Optional<List<UUID>> key) {}

  @JobType(value = "shop.wrong-6", limits = @Limit(by = "key"))
  record Wrong6(@Nullable Double key) {}

  @JobType(value = "shop.right-0", limits = @Limit(by = "key"))
  record Right0(boolean key) {}

  @JobType(value = "shop.right-1", limits = @Limit(by = "key"))
  record Right1(byte key) {}

  @JobType(value = "shop.right-2", limits = @Limit(by = "key"))
  record Right2(Short key) {}

  @JobType(value = "shop.right-3", limits = @Limit(by = "key"))
  record Right3(int key) {}

  @JobType(value = "shop.right-4", limits = @Limit(by = "key"))
  record Right4(Long key) {}

  @JobType(value = "shop.right-5", limits = @Limit(by = "key"))
  record Right5(BigInteger key) {}

  @JobType(value = "shop.right-6", limits = @Limit(by = "key"))
  record Right6(CharSequence key) {}

  @JobType(value = "shop.right-7", limits = @Limit(by = "key"))
  record Right7(UUID key) {}

  @JobType(value = "shop.right-8", limits = @Limit(by = "key"))
  record Right8(@Nullable UUID key) {}

  @JobType(value = "shop.right-9", limits = @Limit(by = "key"))
  record Right9(Optional<UUID> key) {}

  @JobType(value = "shop.right-10", limits = @Limit(by = "key"))
  record Right10(Optional<Kind> key) {}

  @JobType(value = "shop.right-11", limits = @Limit(by = "key"))
  record Right11(Kind key) {}

  enum Kind {
    ONE
  }
}
