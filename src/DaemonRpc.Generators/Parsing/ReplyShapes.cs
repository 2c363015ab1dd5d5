using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Reads a method's return type.</summary>
internal static class ReplyShapes
{
    /// <summary>Returns the kind of a method's return type, or null if a contract method may not have that return type.</summary>
    public static ReplyShape? Of(IMethodSymbol method) =>
        method.RefKind != RefKind.None || method.ReturnNullableAnnotation == NullableAnnotation.Annotated
            ? null
            : KnownTypes.MetadataNameOf(method.ReturnType) switch
            {
                KnownTypes.Task => ReplyShape.Task,
                KnownTypes.TaskOfT when IsByteStream(method) => ReplyShape.TaskOfByteStream,
                KnownTypes.TaskOfT => ReplyShape.TaskOfResult,
                KnownTypes.ValueTask => ReplyShape.ValueTask,
                KnownTypes.ValueTaskOfT when IsByteStream(method) => ReplyShape.ValueTaskOfByteStream,
                KnownTypes.ValueTaskOfT => ReplyShape.ValueTaskOfResult,
                KnownTypes.AsyncEnumerable => ReplyShape.Stream,
                _ => null,
            };

    /// <summary>Whether a method returns a stream of bytes, which travels as a descriptor.</summary>
    public static bool IsByteStream(IMethodSymbol method) =>
        KnownTypes.MetadataNameOf(method.ReturnType) is KnownTypes.TaskOfT or KnownTypes.ValueTaskOfT && ResultTypeOf(method)!.Is(KnownTypes.Stream);

    /// <summary>Returns the type of a method's result or of its stream's items; null if the method returns no value.</summary>
    public static ITypeSymbol? ResultTypeOf(IMethodSymbol method) =>
        ((INamedTypeSymbol)method.ReturnType).TypeArguments.FirstOrDefault();
}
