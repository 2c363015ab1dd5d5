using CodeSearch.Platform;

namespace CodeSearch.Indexing;

/// <summary>Is told what a walk through a tree meets.</summary>
internal interface ITreeVisitor
{
    /// <summary>A file that is not ignored.</summary>
    /// <param name="path">The path, relative to the root. Valid during the call.</param>
    /// <param name="stamp">The file's stamp.</param>
    void File(ReadOnlySpan<char> path, in FileStamp stamp);

    /// <summary>Something that could not be read.</summary>
    /// <param name="path">The path, relative to the root.</param>
    /// <param name="message">The reason, as the system says it.</param>
    void Problem(string path, string message);
}
