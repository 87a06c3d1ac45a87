package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.wrong-0", limitBy = "key")
  record Wrong0(double key) {}

  @JobType(value = "shop.wrong-1", limitBy = "key")
  record Wrong1(Float key) {}

  @JobType(value = "shop.wrong-2", limitBy = "key")
  record Wrong2(BigDecimal key) {}

  @JobType(value = "shop.wrong-3", limitBy = "key")
  record Wrong3(LocalDate key) {}

  @JobType(value = "shop.wrong-4", limitBy = "key")
  record Wrong4(Optional<LocalDate> key) {}

  @JobType(value = "shop.wrong-5", limitBy = "key")
  record Wrong5(Optional<List<UUID>> key) {}

  @JobType(value = "shop.wrong-6", limitBy = "key")
  record Wrong6(@Nullable Double key) {}

  @JobType(value = "shop.right-0", limitBy = "key")
  record Right0(boolean key) {}

  @JobType(value = "shop.right-1", limitBy = "key")
  record Right1(byte key) {}

  @JobType(value = "shop.right-2", limitBy = "key")
  record Right2(Short key) {}

  @JobType(value = "shop.right-3", limitBy = "key")
  record Right3(int key) {}

  @JobType(value = "shop.right-4", limitBy = "key")
  record Right4(Long key) {}

  @JobType(value = "shop.right-5", limitBy = "key")
  record Right5(BigInteger key) {}

  @JobType(value = "shop.right-6", limitBy = "key")
  record Right6(CharSequence key) {}

  @JobType(value = "shop.right-7", limitBy = "key")
  record Right7(UUID key) {}

  @JobType(value = "shop.right-8", limitBy = "key")
  record Right8(@Nullable UUID key) {}

  @JobType(value = "shop.right-9", limitBy = "key")
  record Right9(Optional<UUID> key) {}

  @JobType(value = "shop.right-10", limitBy = "key")
  record Right10(Optional<Kind> key) {}

  @JobType(value = "shop.right-11", limitBy = "key")
  record Right11(Kind key) {}

  enum Kind {
    ONE
  }
}
