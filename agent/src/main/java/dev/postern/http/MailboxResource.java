package dev.postern.http;

import dev.postern.mailbox.MailboxList;
import dev.postern.mailbox.MailboxSnapshot;
import dev.postern.mailbox.SliceRunner;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxFilter;
import dev.postern.model.Timers;
import dev.postern.tokens.Token;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.handler.HttpException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/mailboxes}: pages, whole exports and single mailboxes. */
final class MailboxResource {

    private static final int USUAL = 100;

    /** Rows of an export that are read and written at a time. */
    private static final int PART = SliceRunner.SIZE;

    /** DATETIME begins and ends here. */
    private static final int FIRST_YEAR = 1000;

    private static final int LAST_YEAR = 9999;

    private final ApiServices services;
    private final ExportLimiter exports;
    private final Timers timers;

    MailboxResource(ApiServices services, ExportLimiter exports, Timers timers) {
        this.services = services;
        this.exports = exports;
        this.timers = timers;
    }

    void list(ApiRequest request) {
        ExportFormat format = ExportFormat.of(request.text("format"), request.context());
        MailboxFilter filter = selection(request);
        String after = request.text("after");
        if (format == ExportFormat.JSON) {
            services.listing()
                    .page(filter, after == null ? "" : after, request.number("limit", USUAL))
                    .onSuccess(part -> page(request, part))
                    .onFailure(request::unavailable);
        } else if (after != null || request.text("limit") != null) {
            throw new HttpException(400, "limit and after go with pages of JSON; other formats give the whole list");
        } else {
            exports.send(
                    request,
                    format,
                    ApiItem.MailboxDto.class,
                    last -> services.listing()
                            .current(filter, last, PART)
                            .map(part -> new ExportStream.ExportPart(items(part), part.next(), part.asOf())));
        }
    }

    void get(ApiRequest request) {
        MailAddress address = MailAddress.parse(request.path("email"));
        if (address == null || !request.mayKnow(address.domain())) {
            throw new HttpException(404);
        }
        services.mailbox()
                .apply(address)
                .onSuccess(seen -> single(request, seen))
                .onFailure(request::unavailable);
    }

    /** A page of many mailboxes is written in slices. */
    private void page(ApiRequest request, MailboxList.ListPart part) {
        Buffer content = Buffer.buffer("{\"items\":[");
        int begin = content.length();
        SliceRunner.forEach(
                        part.items().iterator(),
                        seen -> content.appendBuffer(ItemRenderer.lines(
                                ExportFormat.JSON,
                                ApiItem.MailboxDto.class,
                                List.of(ApiItem.MailboxDto.of(seen)),
                                content.length() == begin)),
                        timers)
                .onFailure(request.context()::fail)
                .onSuccess(written -> request.answer(
                        content.appendString("],\"next\":").appendBuffer(ItemRenderer.json(part.next())), part.asOf()));
    }

    private static List<ApiItem.MailboxDto> items(MailboxList.ListPart part) {
        return part.items().stream().map(ApiItem.MailboxDto::of).toList();
    }

    private static void single(ApiRequest request, @Nullable MailboxSnapshot seen) {
        if (seen == null) {
            request.context().fail(new HttpException(404));
            return;
        }
        ApiItem.MailboxDto item = ApiItem.MailboxDto.of(seen);
        Buffer content = ItemRenderer.json(item);
        request.answer(content.slice(0, content.length() - 1), seen.asOf());
    }

    private static MailboxFilter selection(ApiRequest request) {
        String search = request.text("search");
        String wanted = search == null ? "" : search.toLowerCase(Locale.ROOT);
        boolean domain = wanted.startsWith("@");
        return new MailboxFilter(
                domain || wanted.isEmpty() ? null : wanted,
                domains(request.token(), domain ? wanted.substring(1) : null),
                request.choice("over_quota"),
                moment(request.text("inactive_since")));
    }

    /** Those that are asked for, as far as the token knows them. */
    private static @Nullable Set<String> domains(@Nullable Token token, @Nullable String asked) {
        Set<String> allowed = token == null ? null : token.domains();
        if (asked == null) {
            return allowed;
        }
        return allowed == null || allowed.contains(asked) ? Set.of(asked) : Set.of();
    }

    private static @Nullable Instant moment(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            OffsetDateTime moment = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            if (moment.getYear() > FIRST_YEAR && moment.getYear() < LAST_YEAR) {
                return moment.toInstant();
            }
        } catch (DateTimeException noTime) {
            // Reported below.
        }
        throw new HttpException(400, "inactive_since: must be like 2026-01-31T00:00:00Z");
    }
}
