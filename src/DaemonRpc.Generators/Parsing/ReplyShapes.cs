using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>Reads a method's return type.</summary>
internal static class ReplyShapes
{
    /// <summary>How the method answers, or null when a contract method may not return that.</summary>
    public static ReplyShape? Of(IMethodSymbol method) =>
        method.RefKind != RefKind.None || method.ReturnNullableAnnotation == NullableAnnotation.Annotated
            ? null
            : KnownTypes.MetadataNameOf(method.ReturnType) switch
            {
                KnownTypes.Task => ReplyShape.Task,
                KnownTypes.TaskOfT => ReplyShape.TaskOfResult,
                KnownTypes.ValueTask => ReplyShape.ValueTask,
                KnownTypes.ValueTaskOfT => ReplyShape.ValueTaskOfResult,
                KnownTypes.AsyncEnumerable => ReplyShape.Stream,
                _ => null,
            };

    /// <summary>The type of the value, or of a stream's items; null when the method only ends.</summary>
    public static ITypeSymbol? ResultTypeOf(IMethodSymbol method) =>
        ((INamedTypeSymbol)method.ReturnType).TypeArguments.FirstOrDefault();
}
