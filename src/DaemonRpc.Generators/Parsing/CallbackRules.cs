using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Model;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The rules for interfaces that callers implement. Violations are reported where a contract's method takes the interface.</summary>
internal static class CallbackRules
{
    public static IEnumerable<Diagnostic> Check(INamedTypeSymbol callback, IParameterSymbol parameter, MemberPlace place)
    {
        if (WhyNot(callback) is { } reason)
        {
            yield return Diagnostic.Create(Descriptors.CallbackMustHaveOnlyCalls, place.At(SourceLocations.OfType(parameter)), SourceNames.Shown(callback), reason);
            yield break;
        }

        foreach (IMethodSymbol method in MethodsOf(callback))
        {
            IEnumerable<ITypeSymbol> types = method.Parameters.Where(static value => !value.IsCancellationToken()).Select(static value => value.Type);
            foreach (ITypeSymbol type in ReplyShapes.ResultTypeOf(method) is { } result ? types.Append(result) : types)
            {
                if (TypeRules.Check(type, $"{SourceNames.Shown(callback)}.{method.Name}", place, () => SourceLocations.OfType(parameter)) is { } diagnostic)
                {
                    yield return diagnostic;
                }
            }
        }
    }

    private static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol callback) => ContractMethods.Of(callback).Select(static method => method.Symbol);

    private static string? WhyNot(INamedTypeSymbol callback)
    {
        if (callback.AllInterfaces.Any(static other => other.SpecialType == SpecialType.System_IDisposable || other.Is(ContractMethods.AsyncDisposable)))
        {
            return "the daemon does not dispose what belongs to its caller";
        }

        ISymbol? other = ContractMethods.InterfacesOf(callback)
            .SelectMany(static type => type.GetMembers())
            .FirstOrDefault(static member => MethodRules.MustBeImplemented(member) && !(member is IMethodSymbol method && MethodRules.IsContractMethod(method)));
        if (other is not null)
        {
            return $"'{other.Name}' is not a public instance method";
        }

        IMethodSymbol[] methods = [.. MethodsOf(callback)];
        return methods.Select(WhyNot).FirstOrDefault(static reason => reason is not null)
            ?? (methods.Select(MethodId.Of).Distinct().Count() < methods.Length ? "two of its methods have the same hash of name and parameter types" : null);
    }

    private static string? WhyNot(IMethodSymbol method)
    {
        string? reason = method switch
        {
            { IsGenericMethod: true } => "is generic",
            { ReturnType.TypeKind: TypeKind.Error } => null,
            _ when ReplyShapes.Of(method) is null or ReplyShape.Stream => "must return Task, Task<T>, ValueTask or ValueTask<T>",
            _ when ReplyShapes.IsByteStream(method) => "cannot return a stream of bytes; return a byte[]",
            _ when method.Parameters.Any(static parameter => parameter.RefKind != RefKind.None) => "has a parameter that is ref, out or in",
            _ when method.Parameters.Count(static parameter => parameter.IsCancellationToken()) > 1 => "has more than one CancellationToken",
            _ when method.Parameters.Any(static parameter => KnownTypes.KindOf(parameter) is not (ParameterKind.Value or ParameterKind.CancellationToken)) =>
                "can take only values and a CancellationToken",
            _ when FaultTypes.AttributesOf(method).Any() => "cannot declare a fault",
            _ => null,
        };
        return reason is null ? null : $"'{method.Name}' {reason}";
    }
}
