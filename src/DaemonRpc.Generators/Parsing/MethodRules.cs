using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Parsing;

/// <summary>The rules for a contract's members.</summary>
internal static class MethodRules
{
    public static bool IsContractMethod(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsStatic: false, DeclaredAccessibility: Accessibility.Public }
        && (method.IsAbstract || method.IsVirtual);

    public static IEnumerable<Diagnostic> Check(ISymbol member) => member switch
    {
        IMethodSymbol method when IsContractMethod(method) => CheckMethod(method),
        _ when MustBeImplemented(member) => [Diagnostic.Create(Descriptors.MemberMustBeMethod, member.Locations[0], NameOf(member))],
        _ => [],
    };

    /// <summary>Whether a handler or a client would have to implement a member that is not a contract method.</summary>
    private static bool MustBeImplemented(ISymbol member) =>
        (member.IsAbstract || (member.IsVirtual && !member.IsStatic))
        && member is IPropertySymbol or IEventSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion };

    private static string NameOf(ISymbol member) => member is IPropertySymbol { IsIndexer: true } ? "this[]" : member.Name;

    private static IEnumerable<Diagnostic> CheckMethod(IMethodSymbol method)
    {
        if (method.IsGenericMethod)
        {
            yield return Diagnostic.Create(Descriptors.MethodMustNotBeGeneric, method.Locations[0], method.Name);
            yield break;
        }

        foreach (Diagnostic diagnostic in CheckReturnType(method).Concat(CheckParameters(method)).Concat(CheckFaults(method)))
        {
            yield return diagnostic;
        }
    }

    private static IEnumerable<Diagnostic> CheckReturnType(IMethodSymbol method)
    {
        if (method.ReturnType.TypeKind == TypeKind.Error)
        {
            yield break;
        }

        if (ReplyShapes.Of(method) is null)
        {
            yield return Diagnostic.Create(Descriptors.ReturnTypeMustBeAsync, SourceLocations.OfReturnType(method), method.Name);
        }
        else if (ReplyShapes.ResultTypeOf(method) is { } result
            && TypeRules.Check(result, method, SourceLocations.OfReturnType(method)) is { } diagnostic)
        {
            yield return diagnostic;
        }
    }

    private static IEnumerable<Diagnostic> CheckFaults(IMethodSymbol method)
    {
        foreach (AttributeData attribute in FaultTypes.AttributesOf(method))
        {
            if (FaultTypes.TypeOf(attribute) is { } type && TypeRules.Check(type, method, SourceLocations.OfArgument(attribute, method)) is { } diagnostic)
            {
                yield return diagnostic;
            }
        }
    }

    private static IEnumerable<Diagnostic> CheckParameters(IMethodSymbol method)
    {
        bool hasToken = false;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
            {
                yield return Diagnostic.Create(Descriptors.ParameterMustBeByValue, parameter.Locations[0], parameter.Name, method.Name);
            }
            else if (!parameter.IsCancellationToken())
            {
                if (TypeRules.Check(parameter.Type.ReportType() ?? parameter.Type, method, SourceLocations.OfType(parameter)) is { } diagnostic)
                {
                    yield return diagnostic;
                }
            }
            else if (hasToken)
            {
                yield return Diagnostic.Create(Descriptors.OneCancellationToken, parameter.Locations[0], method.Name);
            }
            else
            {
                hasToken = true;
            }
        }
    }
}
