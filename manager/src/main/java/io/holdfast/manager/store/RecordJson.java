package io.holdfast.manager.store;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.holdfast.core.Change;
import io.holdfast.core.OperationId;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.recovery.FailoverId;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * The core's records as JSON and back, for content columns and the journal.
 *
 * <p>A missing or unknown field is an error, never a silent default: a proof or a placement read wrongly could cost a disk. A record that
 * gains a field therefore needs a migration.
 */
public final class RecordJson {
    private final JsonMapper mapper;

    public RecordJson() {
        SimpleModule ids = new SimpleModule("ids");
        id(ids, ClusterId.class, ClusterId::value, ClusterId::new);
        id(ids, HostId.class, HostId::value, HostId::new);
        id(ids, VmId.class, VmId::value, VmId::new);
        id(ids, DatastoreId.class, DatastoreId::value, DatastoreId::new);
        id(ids, RuleId.class, RuleId::value, RuleId::new);
        id(ids, FailoverId.class, FailoverId::value, FailoverId::new);
        id(ids, OperationId.class, OperationId::toString, OperationId::parse);
        JsonMapper.Builder builder = JsonMapper.builder()
                .addModule(ids)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        byKind(builder, Datastore.Location.class);
        byKind(builder, Proof.class);
        byKind(builder, Rule.class);
        byKind(builder, Change.class);
        this.mapper = builder.build();
    }

    /** The record as JSON. */
    public String write(Object record) {
        try {
            return mapper.writeValueAsString(record);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(
                    "A " + record.getClass().getSimpleName() + " can't be written as JSON", failure);
        }
    }

    /** Changes of one transaction as a JSON list, each with its kind. */
    public String writeChanges(List<Change> changes) {
        try {
            return mapper.writerFor(mapper.getTypeFactory().constructCollectionType(List.class, Change.class))
                    .writeValueAsString(changes);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("Changes can't be written as JSON", failure);
        }
    }

    /**
     * The record of a content column.
     *
     * @throws UnreadableRecordException the column doesn't hold such a record
     */
    public <T> T read(String json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (JsonProcessingException failure) {
            throw new UnreadableRecordException(
                    "The database holds a " + type.getSimpleName() + " that this version can't read ("
                            + failure.getOriginalMessage() + "): start the version that wrote it, or restore a backup",
                    failure);
        }
    }

    private static <T> void id(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        module.addSerializer(type, new JsonSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator generator, SerializerProvider provider) throws IOException {
                generator.writeString(write.apply(value));
            }

            @Override
            public void serializeWithType(
                    T value, JsonGenerator generator, SerializerProvider provider, TypeSerializer typeSerializer)
                    throws IOException {
                serialize(value, generator, provider);
            }
        });
        module.addDeserializer(type, new JsonDeserializer<T>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return read.apply(parser.getValueAsString());
            }
        });
    }

    /** A sealed interface is written with the simple name of the record, in the field {@code kind}. */
    private static void byKind(JsonMapper.Builder builder, Class<?> sealed) {
        builder.addMixIn(sealed, ByKind.class);
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            builder.registerSubtypes(new NamedType(permitted, permitted.getSimpleName()));
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface ByKind {}
}
