package io.iommuledger.query.position;

import java.util.Optional;
import org.springframework.web.bind.annotation.BindParam;

/**
 * Which state a request asks for, in the words of the request.
 *
 * @param at    a position, or an instant in the effective time of each host; absent for what stands now
 * @param known with an instant: the position up to which facts may tell of it; absent for all that there are
 * @param reached a position that the answer must have reached, named wait
 */
public record When(
        Optional<String> at,
        Optional<String> known,
        @BindParam("wait") Optional<String> reached) {

    /** Whether it says up to where facts count, so that its answer stays the same. */
    public boolean pinned() {
        return known.isPresent()
                || at.filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'))
                        .isPresent();
    }

    /** Whether it leaves open, or says otherwise written, what another one says. */
    public boolean agrees(When with) {
        if (at.isEmpty()) {
            return known.isEmpty();
        }
        Wanted mine = Wanted.parse(this);
        Wanted its = Wanted.parse(with);
        return mine.nanos().equals(its.nanos())
                && (mine.known().isEmpty() || mine.known().equals(its.known()));
    }
}
